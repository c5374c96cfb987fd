"""What a log may say."""

import logging
import sys

from django.conf import settings

from yakuba.config.logs import Line


def test_the_words_of_an_error_stay_out_of_the_log() -> None:
    try:
        try:
            int("上市 花子")
        except ValueError as error:
            raise RuntimeError("電話 090-1234-5678") from error
    except RuntimeError:
        record = logging.LogRecord("yakuba", 40, __file__, 1, "failed", None, sys.exc_info())

    words = Line("%(message)s").format(record)

    assert "花子" not in words.replace('int("上市 花子")', "")
    assert "090-1234" not in words.replace('RuntimeError("電話 090-1234-5678")', "")
    assert "ValueError" in words
    assert "RuntimeError" in words
    assert "test_logs.py" in words


def test_the_house_writes_its_log_this_way() -> None:
    assert settings.LOGGING["formatters"]["line"]["()"] == "yakuba.config.logs.Line"  # type: ignore[index]

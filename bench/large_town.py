"""A large town for `bench.segments`: a million residents, six million answers, eight million happenings, in SQL.

The same every time (`setseed`), and it is the sample town otherwise: its attributes, and its survey.
"""

import psycopg

PEOPLE = 1_000_000
DISTRICTS = 12
TOPICS = 7
KINDS = 20

_INDEXES = (
    "happening_of_kind",
    "happening_last_once",
    "clear_answer_choice",
    "resident_tags",
    "run_of_procedure",
)
RESIDENTS = """
INSERT INTO residents_resident (public_id, reachable, born_on, language, text_size, latitude, longitude,
    tags, joined_on, is_tester)
SELECT gen_random_uuid(), random() < 0.9, date '1935-01-01' + (random() * 32000)::int,
    (array['ja','ja','ja','ja','ja','ja','ja','ja','ja-easy','en'])[1 + floor(random() * 10)::int], 'm',
    36.70 + (random() - 0.5) * 0.3, 137.36 + (random() - 0.5) * 0.4,
    ARRAY(SELECT token FROM unnest(
        ARRAY[(%(districts)s::int[])[1 + n %% {districts}]]
        || CASE WHEN random() < 0.9 THEN ARRAY[(%(sexes)s::int[])[1 + floor(random() * 3)::int]] END
        || CASE WHEN random() < 0.5 THEN ARRAY[(%(topics)s::int[])[1]] END
        || CASE WHEN random() < 0.3 THEN ARRAY[(%(topics)s::int[])[2]] END
        || CASE WHEN random() < 0.2 THEN ARRAY[(%(topics)s::int[])[3]] END
        || CASE WHEN random() < 0.02 THEN ARRAY[(%(topics)s::int[])[4]] END
    ) token ORDER BY token),
    date '2026-11-01' - (random() * 900)::int, false
FROM generate_series(1, {people}) n
"""
ACCOUNTS = """
INSERT INTO residents_lineaccount (line_user_id, resident_id, is_friend, friend_since, changed_by, attached_at)
SELECT 'U' || lpad(to_hex(id), 32, '0'), id, reachable, timestamptz '2026-01-01', 1, timestamptz '2026-01-01'
FROM residents_resident
"""
CHILDREN = """
INSERT INTO residents_familymember (public_id, resident_id, name, born_on, relation)
SELECT gen_random_uuid(), id, ''::bytea, date '2026-11-01' - (random() * 6500)::int, 'child'
FROM residents_resident, generate_series(1, 2) WHERE random() < 0.15
"""
SUBMISSIONS = """
INSERT INTO submissions_submission (id, receipt_no, procedure_id, resident_id, status, owed, proof, display,
    submitted_at, changed_at, rev)
SELECT gen_random_uuid(), 'b-' || id, %(survey)s, id, 'new', 'none', 'none', 'new', at, at, 0
FROM (SELECT id, timestamptz '2026-11-01' - random() * interval '300 days' AS at
      FROM residents_resident WHERE random() < 0.75) r
"""
ANSWERS = """
INSERT INTO submissions_clearanswer (submission_id, procedure_id, resident_id, question, path, version,
    is_latest, choice, text, number)
SELECT s.id, s.procedure_id, s.resident_id, 'q' || q, 'q' || q, 1, true,
    (array['a','a','a','b','b','c'])[1 + floor(random() * 6)::int], '', 1 + floor(random() * 5)::int
FROM submissions_submission s, generate_series(1, 8) q
"""
KIND_ROWS = """
INSERT INTO segments_happeningkind (key, label)
SELECT 'bench.delivery:' || n, '「お知らせ' || n || '」を開いた' FROM generate_series(1, {kinds}) n
"""
# The first kinds are rare and the last are frequent, as links and deliveries are.
HAPPENINGS = """
INSERT INTO segments_happening (kind_id, resident_id, at)
SELECT (%(first_kind)s + floor(sqrt(random()) * {kinds}))::bigint,
    %(first)s + floor(random() * random() * {people})::bigint,
    timestamptz '2026-11-01' - random() * interval '365 days'
FROM generate_series(1, 8000000)
"""
LASTS = """
INSERT INTO segments_happeninglast (kind_id, resident_id, times, first_at, last_at)
SELECT kind_id, resident_id, count(*), min(at), max(at) FROM segments_happening GROUP BY kind_id, resident_id
"""
RUNS = """
INSERT INTO procedures_run (id, procedure_id, version_id, resident_id, status, state, heard, rev, nonce,
    started_at, touched_at, finished_at, expires_on)
SELECT gen_random_uuid(), %(survey)s, %(version)s, id,
    (array['done','done','done','active','stopped','expired'])[1 + floor(random() * 6)::int], ''::bytea, '{{}}', 0, '',
    timestamptz '2026-10-01', timestamptz '2026-10-01', timestamptz '2026-11-01' - random() * interval '200 days',
    date '2027-01-01'
FROM residents_resident WHERE random() < 0.5
"""


def make(url: str) -> dict[str, object]:
    """Fill the database, and return what the hand-written rules have to know of it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET maintenance_work_mem = '512MB'")
        connection.execute("SET work_mem = '512MB'")
        # The rows fit each other by the way they are made; looking each key up would take half an hour.
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET synchronous_commit = off")
        connection.execute("SELECT setseed(0.5)")
        known = _known(connection)
        dropped = _drop_indexes(connection)
        for statement in (RESIDENTS, ACCOUNTS, CHILDREN, SUBMISSIONS, ANSWERS, KIND_ROWS):
            _say(connection, statement, known)
        known["first_kind"] = _one(connection, "SELECT min(id) FROM segments_happeningkind")
        known["first"] = _one(connection, "SELECT min(id) FROM residents_resident")
        for statement in (HAPPENINGS, LASTS, RUNS):
            _say(connection, statement, known)
        for statement in dropped:
            connection.execute(statement)
        connection.execute("VACUUM (ANALYZE)")
        connection.execute("CHECKPOINT")
    return known


def _known(connection: "psycopg.Connection[tuple[object, ...]]") -> dict[str, object]:
    def tokens(attribute: str) -> list[object]:
        rows = connection.execute(
            "SELECT c.id FROM residents_attributechoice c JOIN residents_attribute a ON a.id = c.attribute_id"
            " WHERE a.key = %s ORDER BY c.order, c.id",
            [attribute],
        )
        return [row[0] for row in rows.fetchall()]

    survey = connection.execute(
        "SELECT p.id, v.id, replace(p.public_id::text, '-', '') FROM procedures_procedure p"
        " JOIN procedures_version v ON v.id = p.current_id WHERE p.slug = 'bench'"
    ).fetchone()
    if survey is None:
        raise RuntimeError("the survey of the bench was not made")
    return {
        "districts": tokens("district")[:DISTRICTS],
        "topics": tokens("interests")[:TOPICS],
        "sexes": tokens("sex"),
        "survey": survey[0],
        "version": survey[1],
        "hex": survey[2],
    }


def _drop_indexes(connection: "psycopg.Connection[tuple[object, ...]]") -> list[str]:
    """Drop what is quicker to build afterwards, and return the statements that build it."""
    made = []
    for name in _INDEXES:
        statement = _one(connection, "SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name])
        table = _one(connection, "SELECT tablename FROM pg_indexes WHERE indexname = %s", [name])
        connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
        connection.execute(f"DROP INDEX IF EXISTS {name}")
        made.append(str(statement))
    return made


def _say(
    connection: "psycopg.Connection[tuple[object, ...]]", statement: str, known: dict[str, object]
) -> None:
    whole = statement.format(people=PEOPLE, districts=DISTRICTS, kinds=KINDS)
    named = {name: value for name, value in known.items() if f"%({name})s" in whole}
    connection.execute(whole, named or None)


def _one(
    connection: "psycopg.Connection[tuple[object, ...]]",
    statement: str,
    values: list[object] | None = None,
) -> object:
    row = connection.execute(statement, values).fetchone()
    return row[0] if row else None

"""The staff pages about registers: what they are made of, their rows, and files on their way in."""

from yakuba.registers.console import attempts, columns, exports, imports, letters, registers, rows

__all__ = ["attempts", "columns", "exports", "imports", "letters", "registers", "rows"]

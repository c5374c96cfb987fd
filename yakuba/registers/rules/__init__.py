"""Pure rules of registers: what a cell says, in which form values are compared, what a file differs in."""

"""What the product is measured against: small programs that do the same work and nothing else."""

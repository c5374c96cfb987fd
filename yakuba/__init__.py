"""yakuba (役場): a town hall on LINE. The plan of the house is docs/map.md; start with docs/start.md."""

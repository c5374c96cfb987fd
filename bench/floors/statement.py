"""The insert that the floors and the product have in common; the product's also rings for the worker."""

_COLUMNS = 'line_webhookevent (event_id, user_id, "timestamp", body)'
STORE_MANY = f"""
INSERT INTO {_COLUMNS} SELECT * FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::bytea[])
ON CONFLICT (event_id) DO NOTHING
"""
STORE_ONE = f"INSERT INTO {_COLUMNS} VALUES (%b, %b, %b, %b) ON CONFLICT (event_id) DO NOTHING"

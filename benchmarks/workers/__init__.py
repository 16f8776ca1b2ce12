"""Programs that are measured, each in a process of its own: FOLDER/records.parquet in, FOLDER/NAME.json out."""

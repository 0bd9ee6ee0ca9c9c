-- The destination as people read it is rendered from the configuration, in the language of the reader.
ALTER TABLE channels DROP COLUMN target;

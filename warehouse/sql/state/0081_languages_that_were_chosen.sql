-- A user's language is null until one is chosen: then the browser's counts. What was kept so far stays.

ALTER TABLE users ADD COLUMN chosen_language TEXT CHECK (chosen_language IN ('zh', 'en'));

UPDATE users SET chosen_language = language;

ALTER TABLE users DROP COLUMN language;

ALTER TABLE users RENAME COLUMN chosen_language TO language;

"""What press databases and corpus tools export: many articles in one file, each with its headline, date, source and number."""

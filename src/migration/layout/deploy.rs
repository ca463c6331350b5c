//! How a tool runs what is pending in its folder.

use super::Layout;

impl Layout {
    /// The tool's own command, as words of a shell. `dir` is one word already. Empty for ours: [`crate::apply`] runs it.
    pub fn deploy(self, dir: &str) -> Vec<String> {
        let url = "\"$DATABASE_URL\"";
        let words: &[&str] = match self {
            Layout::Dbharden => &[],
            Layout::Prisma => &["npx", "prisma", "migrate", "deploy"],
            Layout::Sqlx => &["sqlx", "migrate", "run", "--source", dir],
            Layout::Flyway => &["flyway", "migrate"],
            Layout::Dbmate => &["dbmate", "--migrations-dir", dir, "up"],
            Layout::Goose => &["goose", "-dir", dir, "postgres", url, "up"],
            Layout::GolangMigrate => &["migrate", "-path", dir, "-database", url, "up"],
            Layout::Supabase => &["supabase", "db", "push"],
            Layout::Sqitch => &["sqitch", "--chdir", dir, "deploy", "\"db:$DATABASE_URL\""],
        };
        words.iter().map(|w| (*w).to_owned()).collect()
    }
}

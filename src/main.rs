//! Parse, run, exit code; nothing else.

fn main() -> std::process::ExitCode {
    dbharden::cli::main()
}

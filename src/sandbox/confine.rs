//! What the server may do to this machine. Its schema may come from a file that somebody else wrote, and a superuser's SQL can run
//! programs and write files. Where the kernel knows Landlock, the server runs no program but itself, writes below its own directories
//! alone, connects to nothing by TCP and signals nobody but its own.

use std::io;
use std::process::{Child, Command};

use super::home::Home;

/// Starts the server; also whether it is confined.
#[cfg(not(target_os = "linux"))]
pub(super) fn spawn(command: &mut Command, _home: &Home, _tcp: Option<u16>) -> io::Result<(Child, bool)> {
    command.spawn().map(|child| (child, false))
}

/// Starts the server; also whether it is confined. It may listen on this TCP port.
#[cfg(target_os = "linux")]
pub(super) fn spawn(command: &mut Command, home: &Home, tcp: Option<u16>) -> io::Result<(Child, bool)> {
    // a program that is no plain ELF, a kernel that refuses: the server runs as it did before there was Landlock
    let rules = linux::rules(command.get_program().as_ref(), home, tcp).ok();
    // Landlock binds a thread and what it starts: this one does nothing else, and we stay free
    std::thread::scope(|scope| {
        let started = scope.spawn(move || {
            let confined = rules.is_some_and(linux::enforce);
            command.spawn().map(|child| (child, confined))
        });
        started.join().unwrap_or_else(|_| Err(io::Error::other("the thread that starts it panicked")))
    })
}

#[cfg(target_os = "linux")]
mod linux {
    use std::ffi::OsStr;
    use std::fs::File;
    use std::io;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::FileExt;
    use std::path::{Path, PathBuf};

    use landlock::{
        ABI, Access, AccessFs, AccessNet, BitFlags, NetPort, PathBeneath, PathFd, Ruleset, RulesetAttr, RulesetCreated,
        RulesetCreatedAttr, RulesetStatus, Scope,
    };

    use super::Home;

    /// The newest rules that we know the server to live with; a kernel that knows fewer keeps to those.
    const KNOWN: ABI = ABI::V6;
    /// A program header that names the loader.
    const PT_INTERP: u32 = 3;

    /// The rules of one server.
    pub fn rules(program: &Path, home: &Home, tcp: Option<u16>) -> io::Result<RulesetCreated> {
        let loader = loader(program)?;
        let build = || -> Result<RulesetCreated, Box<dyn std::error::Error + Send + Sync>> {
            let all = AccessFs::from_all(KNOWN);
            let read: BitFlags<AccessFs> = AccessFs::ReadFile | AccessFs::ReadDir;
            let mut rules = Ruleset::default()
                .handle_access(all)?
                .handle_access(AccessNet::from_all(KNOWN))?
                .scope(Scope::from_all(KNOWN))?
                .create()?
                .add_rule(PathBeneath::new(PathFd::new("/")?, read))?
                .add_rule(PathBeneath::new(PathFd::new("/dev/null")?, AccessFs::WriteFile))?;
            for own in [&home.data, &home.sockets] {
                rules = rules.add_rule(PathBeneath::new(PathFd::new(own)?, all & !AccessFs::Execute))?;
            }
            for runs in [Some(program), loader.as_deref()].into_iter().flatten() {
                rules = rules.add_rule(PathBeneath::new(PathFd::new(runs)?, AccessFs::Execute))?;
            }
            if let Some(port) = tcp {
                rules = rules.add_rule(NetPort::new(port, AccessNet::BindTcp))?;
            }
            Ok(rules)
        };
        build().map_err(io::Error::other)
    }

    /// Binds this thread to the rules. False where the kernel knows none.
    pub fn enforce(rules: RulesetCreated) -> bool {
        rules.restrict_self().is_ok_and(|status| status.ruleset != RulesetStatus::NotEnforced)
    }

    /// The loader that a program asks for, which the kernel runs in its place; `None` for one that is linked statically. Programs of
    /// 64 bits alone.
    pub(super) fn loader(program: &Path) -> io::Result<Option<PathBuf>> {
        let file = File::open(program)?;
        let mut head = [0; 64];
        file.read_exact_at(&mut head, 0)?;
        let native = if cfg!(target_endian = "little") { 1 } else { 2 };
        if head[..6] != [0x7f, b'E', b'L', b'F', 2, native] {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let (first, size, count) = (u64_at(&head, 32), u64::from(u16_at(&head, 54)), u64::from(u16_at(&head, 56)));
        for n in 0..count {
            let mut entry = [0; 56];
            file.read_exact_at(&mut entry, first + n * size)?;
            if u32_at(&entry, 0) == PT_INTERP {
                let length = usize::try_from(u64_at(&entry, 32)).ok().filter(|l| (1..4096).contains(l));
                let mut name = vec![0; length.ok_or(io::ErrorKind::InvalidData)?];
                file.read_exact_at(&mut name, u64_at(&entry, 8))?;
                let end = name.iter().position(|b| *b == 0).unwrap_or(name.len());
                return Ok(Some(OsStr::from_bytes(&name[..end]).into()));
            }
        }
        Ok(None)
    }

    fn bytes<const N: usize>(all: &[u8], at: usize) -> [u8; N] {
        std::array::from_fn(|i| all[at + i])
    }

    fn u16_at(all: &[u8], at: usize) -> u16 {
        u16::from_ne_bytes(bytes(all, at))
    }

    fn u32_at(all: &[u8], at: usize) -> u32 {
        u32::from_ne_bytes(bytes(all, at))
    }

    fn u64_at(all: &[u8], at: usize) -> u64 {
        u64::from_ne_bytes(bytes(all, at))
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_programs_loader_is_found() -> io::Result<()> {
        let loader = linux::loader(&std::env::current_exe()?)?;
        assert!(loader.is_none_or(|l| l.is_file()));
        assert!(linux::loader("/dev/null".as_ref()).is_err());
        Ok(())
    }
}

//! What belongs to the shell: completions and man pages.

use std::path::PathBuf;

use clap::Args;

/// `rolecall completions`
#[derive(Debug, Args)]
#[command(after_help = "Where they go:
  bash         rolecall completions bash > ~/.local/share/bash-completion/completions/rolecall
  zsh          rolecall completions zsh > ~/.zfunc/_rolecall, with fpath+=~/.zfunc before compinit in ~/.zshrc
  fish         rolecall completions fish > ~/.config/fish/completions/rolecall.fish
  powershell   rolecall completions powershell >> $PROFILE
  elvish       rolecall completions elvish > ~/.config/elvish/lib/rolecall.elv, and use rolecall in rc.elv")]
pub struct Completions {
    /// The shell.
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// `rolecall man`
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall man ~/.local/share/man/man1
  rolecall man . && man -l rolecall-label.1")]
pub struct Man {
    /// The folder; it is made where it is not there.
    #[arg(value_name = "DIR")]
    pub folder: PathBuf,
}

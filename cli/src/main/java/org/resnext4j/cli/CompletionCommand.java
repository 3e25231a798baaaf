package org.resnext4j.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code resnext completion}: prints a script for the shell's completion of commands and options.
 */
@Command(
    name = "completion",
    mixinStandardHelpOptions = true,
    description = {
      "Print a script by which a shell completes commands and options. To use it now and always:",
      "  bash: source <(resnext completion bash), also in ~/.bashrc",
      "  zsh:  source <(resnext completion zsh), also in ~/.zshrc"
    })
final class CompletionCommand implements Runnable {

  /**
   * The shells that run picocli's script. zsh runs it through its emulation of bash's completion.
   */
  private enum Shell {
    BASH,
    ZSH
  }

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "SHELL",
      description = "${COMPLETION-CANDIDATES}, in small letters or large.")
  private Shell shell;

  @Override
  public void run() {
    String script = AutoComplete.bash("resnext", spec.root().commandLine());
    spec.commandLine()
        .getOut()
        .print(shell == Shell.ZSH ? "autoload -U +X compinit && compinit\n" + script : script);
  }
}

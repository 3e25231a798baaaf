package org.resnext4j.cli;

import java.util.Optional;
import picocli.CommandLine.IVersionProvider;

/** The version in the jar's manifest, and that of the Java it runs on. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {
      "resnext4j " + project(), "Java " + Runtime.version() + ", " + System.getProperty("os.arch")
    };
  }

  /** The project's version, or {@code development} outside a jar. */
  static String project() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}

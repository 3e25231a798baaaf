package org.resnext4j.serving;

import java.util.Optional;

/** Which version of the project this is. */
final class Version {

  private Version() {}

  /** As the jar's manifest says; {@code development} outside of one. */
  static String text() {
    return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}

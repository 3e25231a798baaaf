package org.resnext4j.models;

import java.util.Optional;

/** Which version of this software runs: the one place that knows. */
public final class ProjectVersion {

  private ProjectVersion() {}

  /** As the jar's manifest says; {@code development} outside of one. */
  public static String text() {
    return Optional.ofNullable(ProjectVersion.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}

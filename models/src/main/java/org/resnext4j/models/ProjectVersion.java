package org.resnext4j.models;

import java.util.Optional;

/** The version of this software. All modules read it here. */
public final class ProjectVersion {

  private ProjectVersion() {}

  /**
   * Returns the version in the jar's manifest, or {@code development} if the classes are not in a
   * jar.
   */
  public static String text() {
    return Optional.ofNullable(ProjectVersion.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}

package org.resnext4j.models;

import java.util.Optional;

/** The version of this software, for every module. */
public final class ProjectVersion {

  private ProjectVersion() {}

  /** The version in the jar's manifest, or {@code development} if the classes are in no jar. */
  public static String text() {
    return Optional.ofNullable(ProjectVersion.class.getPackage().getImplementationVersion())
        .orElse("development");
  }
}

package org.resnext4j.cli;

import org.resnext4j.models.ProjectVersion;
import picocli.CommandLine.IVersionProvider;

/** The version of resnext4j and of the Java that runs it. */
final class Version implements IVersionProvider {

  @Override
  public String[] getVersion() {
    return new String[] {
      "resnext4j " + ProjectVersion.text(),
      "Java " + Runtime.version() + ", " + System.getProperty("os.arch")
    };
  }
}

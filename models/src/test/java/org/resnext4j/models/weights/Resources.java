package org.resnext4j.models.weights;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** The small weight files beside these tests; {@code generate.py} there makes them. */
final class Resources {

  private Resources() {}

  static Path path(String name) {
    URL url = Resources.class.getResource(name);
    if (url == null) {
      throw new IllegalArgumentException("there is no test resource " + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }
}

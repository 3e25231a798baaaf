package org.resnext4j.models.weights.naming;

import java.util.List;
import java.util.Map;

/** The names that others give to what torchvision calls {@code fc} and {@code downsample}. */
public final class ParameterNames {

  /** What wrappers put in front of every name: DataParallel, torch.compile. */
  private static final List<String> PREFIXES = List.of("module.", "_orig_mod.");

  private static final Map<String, String> CLASSIFIERS =
      Map.of("linear.", "fc.", "classifier.", "fc.");

  private ParameterNames() {}

  /** A name without the prefixes of wrappers. */
  public static String withoutPrefixes(String name) {
    String rest = name;
    for (boolean found = true; found; ) {
      found = false;
      for (String prefix : PREFIXES) {
        if (rest.startsWith(prefix)) {
          rest = rest.substring(prefix.length());
          found = true;
        }
      }
    }
    return rest;
  }

  /** Torchvision's name for a tensor. */
  public static String torchvision(String name) {
    String rest = withoutPrefixes(name);
    for (Map.Entry<String, String> classifier : CLASSIFIERS.entrySet()) {
      if (rest.startsWith(classifier.getKey())) {
        return classifier.getValue() + rest.substring(classifier.getKey().length());
      }
    }
    return rest.replace(".shortcut.", ".downsample.");
  }
}

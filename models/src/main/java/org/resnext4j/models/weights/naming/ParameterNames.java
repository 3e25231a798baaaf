package org.resnext4j.models.weights.naming;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Translates parameter names: removes the keys of wrappers and replaces other names of
 * torchvision's layers.
 */
public final class ParameterNames {

  /** The prefixes that DataParallel and torch.compile add to all names. */
  private static final List<String> PREFIXES = List.of("module.", "_orig_mod.");

  /**
   * The modules with which torch.compile, FSDP and activation checkpointing wrap any module of a
   * network.
   */
  private static final Set<String> WRAPPERS =
      Set.of("_orig_mod", "_fsdp_wrapped_module", "_checkpoint_wrapped_module");

  /** The key of a DataParallel module around one stage of a network. */
  private static final Pattern WRAPPED_STAGE = Pattern.compile("(?<=\\.)module\\.(?=\\d+\\.)");

  private static final Map<String, String> CLASSIFIERS =
      Map.of("linear.", "fc.", "classifier.", "fc.");

  private ParameterNames() {}

  /** Returns a name without the keys of wrappers on the path to its tensor. */
  static String unwrapped(String name) {
    boolean wrapped = WRAPPERS.stream().anyMatch(name::contains) || name.contains(".module.");
    if (!wrapped) {
      return name;
    }
    String path =
        String.join(
            ".",
            Arrays.stream(name.split("\\.", -1)).filter(part -> !WRAPPERS.contains(part)).toList());
    return WRAPPED_STAGE.matcher(path).replaceAll("");
  }

  /** Returns a name without the prefixes of wrappers. */
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

  /** Returns torchvision's name for a tensor. */
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

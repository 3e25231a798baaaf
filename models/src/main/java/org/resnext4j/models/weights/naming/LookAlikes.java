package org.resnext4j.models.weights.naming;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Op;
import org.resnext4j.models.BlockForm;
import org.resnext4j.models.BlockKind;
import org.resnext4j.models.Presets;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Smoothing;

/**
 * Finds networks that compute different functions with tensors of the same names and shapes. Such
 * networks differ in their pools or nonlinearities, which have no weights; {@code resnetaa50d} and
 * {@code resnet50d} are an example.
 *
 * <p>The names of the tensors identify some of these networks: SENet's own names imply a stem whose
 * pool has no padding. The name of the file identifies others. In all other cases the user must
 * choose.
 */
public final class LookAlikes {

  private static final Pattern SMOOTHED = Pattern.compile("resne(?:x)?t(aa|blur)\\d");

  private LookAlikes() {}

  /**
   * The decision for one file.
   *
   * @param model the network, if the file's name or the lack of look-alikes determined it
   * @param candidates the networks that remain possible; empty if the network is determined
   * @param note the reason for the decision, if the file's name determined it
   */
  public record Decision(ResNeXt model, List<ResNeXt> candidates, Optional<String> note) {

    /** Returns the candidates' names as a part of a sentence. */
    public String names() {
      return candidates.stream().map(ResNeXt::name).collect(Collectors.joining(" and of "));
    }
  }

  /**
   * Returns the presets that compute another function with tensors of the same names and shapes,
   * under torchvision's names.
   */
  public static List<ResNeXt> of(ResNeXt model) {
    Graph graph = model.graph();
    return Presets.all().stream()
        .map(preset -> preset.withClasses(model.classes()))
        .filter(preset -> preset.stages().equals(model.stages()) && preset.kind() == model.kind())
        .filter(preset -> preset.shortcut() == model.shortcut())
        .filter(preset -> preset.inputChannels() == model.inputChannels())
        .filter(preset -> preset.form() == model.form())
        .filter(preset -> isLookAlike(preset.graph(), graph))
        .toList();
  }

  /** Returns whether two graphs compute different functions with the same parameters. */
  private static boolean isLookAlike(Graph one, Graph other) {
    return shapes(one).equals(shapes(other)) && !operations(one).equals(operations(other));
  }

  private static Map<String, List<Integer>> shapes(Graph graph) {
    Map<String, List<Integer>> shapes = new HashMap<>();
    graph.parameters().forEach((name, parameter) -> shapes.put(name, parameter.shape()));
    return shapes;
  }

  private static List<Op> operations(Graph graph) {
    return graph.nodes().stream().map(node -> node.op()).toList();
  }

  /**
   * Determines the network of a file's tensors.
   *
   * @param recognised the network recognised from the tensors
   * @param names the names of the file and its folder
   */
  public static Decision decide(ResNeXt recognised, List<String> names) {
    List<ResNeXt> alike = of(recognised);
    List<ResNeXt> all = new ArrayList<>(alike);
    all.add(recognised);
    for (String name : names) {
      String lower = name.toLowerCase(Locale.ROOT);
      Optional<ResNeXt> named =
          all.stream()
              .filter(candidate -> contains(lower, candidate.name()))
              .max(Comparator.comparingInt(candidate -> candidate.name().length()));
      if (named.isPresent() && !alike.isEmpty()) {
        return named(named.get(), name, all);
      }
      Optional<ResNeXt> smoothed = smoothed(recognised, lower);
      if (named.isEmpty() && smoothed.isPresent()) {
        return named(smoothed.get(), name, all);
      }
    }
    List<ResNeXt> open = alike.stream().filter(other -> isOpen(recognised, other)).toList();
    if (open.isEmpty()) {
      return new Decision(recognised, List.of(), Optional.empty());
    }
    List<ResNeXt> candidates = new ArrayList<>(open);
    candidates.addFirst(recognised);
    return new Decision(recognised, candidates, Optional.empty());
  }

  private static Decision named(ResNeXt model, String name, List<ResNeXt> all) {
    String others =
        all.stream()
            .map(ResNeXt::name)
            .filter(other -> !other.equals(model.name()))
            .collect(Collectors.joining(", "));
    String note =
        "taken for %s by its name '%s'; its tensors are those of %s, too"
            .formatted(model.name(), name, others);
    return new Decision(model, List.of(), Optional.of(note));
  }

  /**
   * Returns whether no tensor distinguishes two look-alikes. SENet's names for tensors identify
   * SENet's stem; files with other names have the usual stem.
   */
  private static boolean isOpen(ResNeXt recognised, ResNeXt other) {
    return recognised.stem() == other.stem()
        && recognised.variant().activation() == other.variant().activation();
  }

  /**
   * Returns the network with the smoothing that a file's name states, such as {@code resnetblur50}.
   */
  private static Optional<ResNeXt> smoothed(ResNeXt model, String name) {
    Matcher matcher = SMOOTHED.matcher(name);
    boolean can = model.kind() == BlockKind.BOTTLENECK && model.form() == BlockForm.GROUPED;
    if (!can || !matcher.find()) {
      return Optional.empty();
    }
    Smoothing smoothing = matcher.group(1).equals("aa") ? Smoothing.AVERAGE : Smoothing.BLUR;
    if (model.variant().smoothing() == smoothing) {
      return Optional.empty();
    }
    String own = model.name().replaceFirst("(resnex?t)", "$1" + matcher.group(1));
    return Optional.of(
        new ResNeXt(
            own,
            model.stem(),
            model.kind(),
            model.stages(),
            model.stemChannels(),
            model.cardinality(),
            model.width(),
            model.shortcut(),
            model.form(),
            model.variant().with(smoothing),
            model.inputChannels(),
            model.classes()));
  }

  /**
   * Returns whether a text contains a network's name as a whole word, not as a part of a longer
   * name.
   */
  private static boolean contains(String text, String name) {
    int at = text.indexOf(name);
    while (at >= 0) {
      int end = at + name.length();
      boolean starts = at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1));
      boolean ends = end == text.length() || !Character.isLetterOrDigit(text.charAt(end));
      if (starts && ends) {
        return true;
      }
      at = text.indexOf(name, at + 1);
    }
    return false;
  }
}

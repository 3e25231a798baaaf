package org.resnext4j.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.data.Dataset;
import org.resnext4j.vision.data.Skipped;

/**
 * A data set made ready to be evaluated.
 *
 * @param name what the board calls it
 * @param classes its classes, which its pictures' labels index
 * @param pictures the pictures that are there
 * @param absent pictures that it should have and has not
 * @param views ways to read the network's answer, at least one
 * @param scores what is measured
 * @param beside what lies among the pictures and is none of them
 */
public record EvaluationSet(
    String name,
    Labels classes,
    List<Picture> pictures,
    List<Absence> absent,
    List<View> views,
    Scoring scores,
    Skipped beside) {

  /**
   * Pictures that are left out, and why.
   *
   * @param reason why
   * @param pictures how many
   */
  public record Absence(String reason, int pictures) {}

  /**
   * A way to read the network's answer: of all its outputs, or of some alone.
   *
   * @param name what the setting calls it; empty for the usual one
   * @param outputs identifiers of the classes that may be predicted; empty for all of the network's
   */
  public record View(String name, List<String> outputs) {

    /** All outputs may be predicted. */
    public static final View ALL = new View("", List.of());

    /** Copies the list. */
    public View {
      outputs = List.copyOf(outputs);
    }
  }

  /** What is measured of a data set. */
  public sealed interface Scoring {

    /** Top-1 and top-5 accuracy, macro F1, calibration and log loss: for many exclusive classes. */
    record TopOneAndFive() implements Scoring {}

    /**
     * Accuracy, and F1, precision and recall of one of two classes.
     *
     * @param positive identifier of the class that is looked for
     */
    record Binary(String positive) implements Scoring {}

    /**
     * Accuracy of groups of pictures, and means of such accuracies.
     *
     * @param groups names of the groups, in the order they are told
     * @param means what is told as a mean of several groups' accuracies
     */
    record Groups(List<String> groups, List<Mean> means) implements Scoring {}
  }

  /**
   * The plain mean of several groups' accuracies.
   *
   * @param name what it is called
   * @param groups the groups, each with the same say
   */
  public record Mean(String name, List<String> groups) {}

  /** Copies the lists. */
  public EvaluationSet {
    pictures = List.copyOf(pictures);
    absent = List.copyOf(absent);
    views = List.copyOf(views);
  }

  /** A set that has nothing but its pictures. */
  public EvaluationSet(
      String name,
      Labels classes,
      List<Picture> pictures,
      List<Absence> absent,
      List<View> views,
      Scoring scores) {
    this(name, classes, pictures, absent, views, scores, Skipped.NOTHING);
  }

  /** The same, with what lies among its pictures and is none of them. */
  public EvaluationSet withBeside(Skipped found) {
    return new EvaluationSet(name, classes, pictures, absent, views, scores, found);
  }

  /** A set of exclusive classes, read as usual. */
  public static EvaluationSet of(
      String name, Labels classes, Dataset dataset, List<Absence> absent) {
    return of(name, classes, dataset, absent, View.ALL);
  }

  /** A set of exclusive classes, read in some ways. */
  public static EvaluationSet of(
      String name, Labels classes, Dataset dataset, List<Absence> absent, View... views) {
    return new EvaluationSet(
        name,
        classes,
        pictures(dataset, dataset::name),
        absent,
        List.of(views),
        new Scoring.TopOneAndFive(),
        dataset.skipped());
  }

  /** The pictures of a data set, each with its label and a name of the caller's choice. */
  public static List<Picture> pictures(Dataset dataset, IntFunction<String> names) {
    List<Picture> pictures = new ArrayList<>(dataset.size());
    for (int i = 0; i < dataset.size(); i++) {
      int index = i;
      pictures.add(new Picture(names.apply(i), () -> dataset.read(index), dataset.label(i)));
    }
    return pictures;
  }

  /** Pictures that the data set has, those that are absent here counted too. */
  public int size() {
    return pictures.size() + absent.stream().mapToInt(Absence::pictures).sum();
  }

  /** The first picture of that name, if there is one. */
  public Optional<Picture> picture(String pictureName) {
    return pictures.stream().filter(p -> p.name().equals(pictureName)).findFirst();
  }
}

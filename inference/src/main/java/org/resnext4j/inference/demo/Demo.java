package org.resnext4j.inference.demo;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.resnext4j.inference.Classification;
import org.resnext4j.inference.Classifier;
import org.resnext4j.inference.HeatMap;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.vision.Image;

/**
 * Twenty pictures that ship with the software, classified: the first two of each class in
 * CIFAR-10's test set, as JPEG files, so nobody chose them for the answers they get.
 *
 * @param model name of the network
 * @param card what came with its weights
 * @param shown the pictures with their answers
 * @param loading time until the model was ready
 * @param first time to decode, classify and explain all pictures, in a Java machine that has just
 *     started
 * @param again the same once more
 */
public record Demo(
    String model,
    ModelCard card,
    List<Shown> shown,
    Duration loading,
    Duration first,
    Duration again) {

  private static final String FOLDER = "pictures/";

  /** Copies the list. */
  public Demo {
    shown = List.copyOf(shown);
  }

  /**
   * One picture with its answer.
   *
   * @param file name of the picture file
   * @param truth the class that it shows
   * @param bytes the file itself
   * @param picture the picture
   * @param classification the answer
   * @param map the evidence for the most probable class
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  public record Shown(
      String file,
      String truth,
      byte[] bytes,
      Image picture,
      Classification classification,
      HeatMap map) {

    /** Whether the most probable class is the true one. */
    public boolean right() {
      return classification.best().name().equals(truth);
    }
  }

  /** Pictures whose most probable class is the true one. */
  public long right() {
    return shown.stream().filter(Shown::right).count();
  }

  /**
   * Runs the demo with the model that ships with the software.
   *
   * @throws IOException if this build ships none, or it cannot be read
   */
  public static Demo run() throws IOException {
    return run(Classifier.builder().bundled());
  }

  /**
   * Runs the demo with another model of CIFAR-10's classes.
   *
   * @throws IOException if it cannot be read
   */
  public static Demo run(Classifier.Builder model) throws IOException {
    long start = System.nanoTime();
    List<Sample> samples = samples();
    try (Classifier classifier = model.batch(samples.size()).build()) {
      long loaded = System.nanoTime();
      List<Shown> shown = classify(classifier, samples);
      long once = System.nanoTime();
      classify(classifier, samples);
      long twice = System.nanoTime();
      return new Demo(
          classifier.model().name(),
          classifier.card(),
          shown,
          Duration.ofNanos(loaded - start),
          Duration.ofNanos(once - loaded),
          Duration.ofNanos(twice - once));
    }
  }

  /** A picture of the jar. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  private record Sample(String file, String truth, byte[] bytes) {}

  private static List<Sample> samples() throws IOException {
    List<Sample> samples = new ArrayList<>();
    String list = new String(resource("pictures.tsv"), StandardCharsets.UTF_8);
    for (String line : list.lines().toList()) {
      String[] fields = line.split("\t", 2);
      samples.add(new Sample(fields[0], fields[1], resource(fields[0])));
    }
    return samples;
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream stream = Demo.class.getResourceAsStream(FOLDER + name)) {
      if (stream == null) {
        throw new FileNotFoundException("the jar lacks its picture " + name);
      }
      return stream.readAllBytes();
    }
  }

  private static List<Shown> classify(Classifier classifier, List<Sample> samples)
      throws IOException {
    List<Image> pictures = new ArrayList<>();
    for (Sample sample : samples) {
      pictures.add(classifier.reader().read(sample.bytes(), sample.file()));
    }
    List<Classifier.Explained> answers =
        classifier.explain(
            pictures.stream().map(classifier::prepare).toList(),
            pictures.stream()
                .map(picture -> HeatMap.Region.of(picture, classifier.preprocessing()))
                .toList());
    return IntStream.range(0, samples.size())
        .mapToObj(i ->
            new Shown(
                samples.get(i).file(),
                samples.get(i).truth(),
                samples.get(i).bytes(),
                pictures.get(i),
                answers.get(i).classification(),
                answers.get(i).map()))
        .toList();
  }
}

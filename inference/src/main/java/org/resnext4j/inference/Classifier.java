package org.resnext4j.inference;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.resnext4j.engine.Backend;
import org.resnext4j.engine.InferenceModel;
import org.resnext4j.engine.InferenceOptions;
import org.resnext4j.engine.graph.Graph;
import org.resnext4j.engine.graph.Shape;
import org.resnext4j.engine.tensor.Weights;
import org.resnext4j.inference.catalogue.Catalogue;
import org.resnext4j.inference.catalogue.Downloader;
import org.resnext4j.inference.catalogue.Progress;
import org.resnext4j.inference.catalogue.PublishedWeights;
import org.resnext4j.inference.catalogue.WeightCache;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.weights.LoadOptions;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.ImageReader;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.Preprocessing;
import org.resnext4j.vision.metrics.Logits;

/**
 * A network that classifies pictures, with its labels and its preprocessing.
 *
 * <p>Any number of threads, including virtual threads, may use one classifier. It computes for a
 * few of them at the same time; the others wait. {@link #close} waits for running computations and
 * ends the worker threads.
 *
 * {@snippet :
 * try (Classifier classifier = Classifier.bundled()) {
 *   Label best = classifier.classify(Path.of("cat.jpg")).best();
 * }
 * }
 */
public final class Classifier implements AutoCloseable {

  private static final HeatMap.Region WHOLE = new HeatMap.Region(0, 0, 1, 1);

  private final ResNeXt model;
  private final ModelCard card;
  private final List<String> notes;
  private final Optional<String> assumedLabels;
  private final Labels labels;
  private final Preprocessing preprocessing;
  private final ImageReader reader;
  private final int batch;
  private final Sessions sessions;
  private final String features;
  private final Shape featureShape;
  private final float[] linearWeight;
  private final float[] linearBias;

  private Classifier(Builder builder, ModelFile file) {
    this.model = file.model();
    this.card = file.card();
    this.assumedLabels = builder.labels.isPresent() ? Optional.empty() : Defaults.assumed(file);
    List<String> remarks = new ArrayList<>(file.notes());
    assumedLabels.ifPresent(set ->
        remarks.add(
            "the weights do not name their %d classes; those of %s are assumed, labels name others"
                .formatted(model.classes(), set)));
    this.notes = List.copyOf(remarks);
    Graph graph = model.graph();
    Weights weights = file.weights();
    this.labels = builder.labels.orElseGet(() -> Defaults.labels(file));
    this.preprocessing =
        builder
            .adjustment
            .apply(builder.preprocessing.orElseGet(() -> Defaults.preprocessing(file)))
            .withChannels(model.inputChannels());
    this.reader = builder.reader;
    this.batch = builder.batch;
    if (labels.size() != model.classes()) {
      throw new IllegalArgumentException(
          "%s has %d classes, but found %d labels"
              .formatted(model.name(), model.classes(), labels.size()));
    }
    this.features = model.stageOutputs().getLast();
    this.featureShape = graph.shapes(input(1)).get(graph.node(features).index());
    this.linearWeight = weights.get(graph.output().parameterName("weight")).values();
    this.linearBias = weights.get(graph.output().parameterName("bias")).values();
    Backend backend =
        builder.threads.isPresent() ? Backend.cpu(builder.threads.getAsInt()) : Backend.cpu();
    InferenceModel network =
        backend.compile(graph, weights, new InferenceOptions(builder.exact, List.of(features)));
    this.sessions = new Sessions(network, backend, Math.max(2, backend.threads()));
  }

  /**
   * Loads a classifier from a model file. Files of this software hold labels and preprocessing; the
   * networks of PyTorch's and Torch7's files are recognised by their tensors.
   *
   * @param weights the file
   * @throws org.resnext4j.models.weights.storage.WeightFileException if the file is not a weight
   *     file or does not fit the network
   * @throws IOException if the file does not exist or cannot be read
   */
  public static Classifier load(Path weights) throws IOException {
    return builder().weights(weights).build();
  }

  /**
   * Loads a classifier from the bytes of a model file, such as a resource of the class path.
   *
   * {@snippet :
   * try (InputStream file = Main.class.getResourceAsStream("/flowers.safetensors");
   *     Classifier classifier = Classifier.load(file)) {
   *   System.out.println(classifier.classify(Path.of("rose.jpg")));
   * }
   * }
   *
   * @param weights stream of the file, which is read to its end and stays open
   * @throws org.resnext4j.models.weights.storage.WeightFileException if the bytes are not a weight
   *     file or do not fit the network
   * @throws IOException if the stream cannot be read
   */
  public static Classifier load(InputStream weights) throws IOException {
    return builder().weights(weights).build();
  }

  /**
   * Loads published weights by their name in the standard catalogue, such as {@code
   * resnext50_32x4d}. The first use downloads them into the user's cache; {@link
   * PublishedWeights#licence} is their licence.
   *
   * @throws IllegalArgumentException if no weights have the name; the message lists similar names
   * @throws org.resnext4j.inference.catalogue.DownloadException if the download fails or differs
   *     from the published file
   * @throws IOException if the cache cannot be read or written
   */
  public static Classifier published(String name) throws IOException {
    PublishedWeights weights = Catalogue.standard().find(name);
    WeightCache cache = WeightCache.standard();
    if (cache.find(weights).isEmpty()) {
      try (Downloader downloader = Downloader.create()) {
        cache.pull(weights, downloader, Progress.none());
      }
    }
    return builder().published(weights, cache).build();
  }

  /**
   * Loads the model that ships with the software: a small ResNeXt for the ten classes of CIFAR-10.
   *
   * @throws IOException if this build ships no model, or it cannot be read
   */
  public static Classifier bundled() throws IOException {
    return builder().bundled().build();
  }

  /**
   * The bytes of the weight file of {@link #bundled}.
   *
   * @throws IOException if this build ships no model
   */
  public static InputStream bundledWeights() throws IOException {
    return Bundled.open();
  }

  /** A builder for a classifier with other options. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Classifies a picture file.
   *
   * @throws org.resnext4j.vision.ImageException if the file is not a readable picture
   * @throws IOException if the file does not exist or cannot be read
   * @throws ArithmeticException if the answer is not finite
   * @throws IllegalStateException if this classifier is closed
   */
  public Classification classify(Path file) throws IOException {
    return classify(reader.read(file));
  }

  /**
   * Classifies the bytes of a picture file.
   *
   * @throws org.resnext4j.vision.ImageException if the bytes are not a readable picture
   * @throws IllegalStateException if this classifier is closed
   */
  public Classification classify(byte[] file) throws IOException {
    return classify(reader.read(file));
  }

  /**
   * Classifies a picture file in a stream, which is read to its end and stays open.
   *
   * @throws org.resnext4j.vision.ImageException if the bytes are not a readable picture
   * @throws IOException if the stream fails
   * @throws IllegalStateException if this classifier is closed
   */
  public Classification classify(InputStream file) throws IOException {
    return classify(reader.read(file));
  }

  /**
   * Classifies a picture.
   *
   * @throws IllegalStateException if this classifier is closed
   */
  public Classification classify(BufferedImage picture) {
    return classify(reader.read(picture));
  }

  /**
   * Classifies a picture.
   *
   * @throws IllegalStateException if this classifier is closed
   */
  public Classification classify(Image picture) {
    return classify(List.of(picture)).getFirst();
  }

  /**
   * Classifies several pictures in batches of at most {@link #batch}.
   *
   * @return one answer for each picture, in the same order
   * @throws IllegalStateException if this classifier is closed
   */
  public List<Classification> classify(List<Image> pictures) {
    int elements = preprocessing.elements();
    List<Classification> answers = new ArrayList<>(pictures.size());
    for (int from = 0; from < pictures.size(); from += batch) {
      List<Image> some = pictures.subList(from, Math.min(from + batch, pictures.size()));
      answers.addAll(
          run(
              some.size(),
              images -> {
                for (int i = 0; i < some.size(); i++) {
                  preprocessing.apply(some.get(i), images, i * elements);
                }
              },
              buffers -> classifications(some.size(), buffers.logits())));
    }
    return List.copyOf(answers);
  }

  /**
   * Computes the logits of prepared pictures, for callers that have tensors.
   *
   * @param images pictures {@code [count, height, width, channels]}, normalised as by {@link
   *     #preprocessing}
   * @param count number of pictures
   * @return logits {@code [count, classes]}
   * @throws IllegalArgumentException if the array has another length
   * @throws ArithmeticException if a logit is not finite
   * @throws IllegalStateException if this classifier is closed
   */
  public float[] logits(float[] images, int count) {
    Shape input = input(count);
    if (images.length != input.elements()) {
      throw new IllegalArgumentException(
          "expected %d numbers for pictures of shape %s, but found %d"
              .formatted(input.elements(), input, images.length));
    }
    return run(
        count,
        destination -> System.arraycopy(images, 0, destination, 0, images.length),
        buffers -> {
          float[] logits = buffers.logits().clone();
          requireFinite(logits, count);
          return logits;
        });
  }

  /**
   * Computes logits and last maps of prepared pictures, for services with batches of their own.
   *
   * @param images pictures {@code [count, height, width, channels]} or more, normalised as by
   *     {@link #preprocessing}
   * @param count number of pictures
   * @param logits receives {@code [count, classes]}
   * @param maps receives the output of the last stage {@code [count, rows, columns, channels]}, as
   *     {@link #lastMap} says; an empty array receives nothing
   * @throws IllegalStateException if this classifier is closed
   */
  public void compute(float[] images, int count, float[] logits, float[] maps) {
    int used = count * preprocessing.elements();
    run(
        count,
        destination -> System.arraycopy(images, 0, destination, 0, used),
        buffers -> {
          System.arraycopy(buffers.logits(), 0, logits, 0, count * model.classes());
          if (maps.length > 0) {
            System.arraycopy(features(buffers, count), 0, maps, 0, maps.length);
          }
          return count;
        });
  }

  /** Shape of the last stage's output for one picture, {@code [1, rows, columns, channels]}. */
  public Shape lastMap() {
    return featureShape;
  }

  /**
   * Length of an embedding, which is the number of channels of the last stage: 2048 for ResNeXt-50.
   */
  public int embeddingSize() {
    return featureShape.channels();
  }

  /**
   * Computes the embedding of a picture file.
   *
   * @throws org.resnext4j.vision.ImageException if the file is not a readable picture
   * @throws IOException if the file does not exist or cannot be read
   * @throws IllegalStateException if this classifier is closed
   * @see #embed(Image)
   */
  public float[] embed(Path file) throws IOException {
    return embed(reader.read(file));
  }

  /**
   * Computes the embedding of a picture, which is the output of the last stage averaged over its
   * places: the input of the linear layer. timm returns it with {@code num_classes=0}, torchvision
   * as the output of {@code avgpool}.
   *
   * {@snippet :
   * try (Classifier classifier = Classifier.bundled()) {
   *   float[] cat = classifier.embed(Path.of("cat.jpg"));
   *   float[] dog = classifier.embed(Path.of("dog.jpg"));
   *   double similarity = Neighbours.cosine(cat, dog);
   * }
   * }
   *
   * @return the embedding {@code [embeddingSize]}
   * @throws ArithmeticException if the embedding is not finite
   * @throws IllegalStateException if this classifier is closed
   */
  public float[] embed(Image picture) {
    return embed(List.of(picture)).getFirst();
  }

  /**
   * Computes the embeddings of several pictures in batches of at most {@link #batch}.
   *
   * @return one embedding for each picture, in the same order
   * @throws IllegalStateException if this classifier is closed
   */
  public List<float[]> embed(List<Image> pictures) {
    List<float[]> embeddings = new ArrayList<>(pictures.size());
    for (int from = 0; from < pictures.size(); from += batch) {
      List<Image> some = pictures.subList(from, Math.min(from + batch, pictures.size()));
      embeddings.addAll(embedPrepared(some.stream().map(this::prepare).toList()));
    }
    return List.copyOf(embeddings);
  }

  /**
   * Computes the embeddings of prepared pictures as one batch.
   *
   * @param prepared pictures from {@link #prepare}
   */
  public List<float[]> embedPrepared(List<float[]> prepared) {
    if (prepared.isEmpty()) {
      return List.of();
    }
    return run(
        prepared.size(),
        images -> gather(prepared, images),
        buffers -> {
          float[] maps = features(buffers, prepared.size());
          return IntStream.range(0, prepared.size()).mapToObj(i -> pooled(maps, i)).toList();
        });
  }

  /** The mean of one picture's map over its places. */
  private float[] pooled(float[] maps, int picture) {
    int channels = featureShape.channels();
    int places = featureShape.height() * featureShape.width();
    double[] sums = new double[channels];
    for (int place = 0; place < places; place++) {
      int at = (picture * places + place) * channels;
      for (int channel = 0; channel < channels; channel++) {
        sums[channel] += maps[at + channel];
      }
    }
    float[] means = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      means[channel] = (float) (sums[channel] / places);
    }
    OptionalInt notFinite = Logits.notFinite(means, 0, channels);
    if (notFinite.isPresent()) {
      throw new ArithmeticException(
          "expected finite embeddings of %s, but found %s"
              .formatted(model.name(), means[notFinite.getAsInt()]));
    }
    return means;
  }

  /**
   * Computes the class activation map of a class from the maps of {@link #compute}.
   *
   * @param maps maps of one or more pictures
   * @param picture number of the picture, counted from 0
   * @param index index of the class
   * @return shares of the class's logit {@code [rows, columns]}, as {@link #lastMap} says
   */
  public float[] evidence(float[] maps, int picture, int index) {
    HeatMap map = map(new Label(labels.name(index), index, 0), maps, picture, WHOLE);
    float[] shares = new float[map.rows() * map.columns()];
    for (int place = 0; place < shares.length; place++) {
      shares[place] = map.at(place / map.columns(), place % map.columns());
    }
    return shares;
  }

  /**
   * Computes the class activation map of a picture's most probable class.
   *
   * @throws IllegalStateException if this classifier is closed
   */
  public HeatMap explain(Image picture) {
    return explain(List.of(prepare(picture)), List.of(HeatMap.Region.of(picture, preprocessing)))
        .getFirst()
        .map();
  }

  /**
   * Computes the class activation map of a class.
   *
   * @param picture the picture
   * @param index index of the class
   * @throws IllegalArgumentException if there is no such class
   * @throws IllegalStateException if this classifier is closed
   */
  public HeatMap explain(Image picture, int index) {
    if (index < 0 || index >= model.classes()) {
      throw new IllegalArgumentException(
          "expected a class of 0 to %d, but found %d".formatted(model.classes() - 1, index));
    }
    HeatMap.Region region = HeatMap.Region.of(picture, preprocessing);
    return run(
        1,
        images -> preprocessing.apply(picture, images, 0),
        buffers -> {
          Classification answer = classifications(1, buffers.logits()).getFirst();
          return map(answer.label(index), features(buffers, 1), 0, region);
        });
  }

  /**
   * An answer with its explanation.
   *
   * @param classification the answer
   * @param map class activation map of the most probable class
   */
  public record Explained(Classification classification, HeatMap map) {}

  /** Prepares a picture for the network: {@code [height, width, channels]}, normalised. */
  public float[] prepare(Image picture) {
    float[] prepared = new float[preprocessing.elements()];
    preprocessing.apply(picture, prepared, 0);
    return prepared;
  }

  /** Classifies prepared pictures as one batch. */
  public List<Classification> classifyPrepared(List<float[]> prepared) {
    return run(
        prepared.size(),
        images -> gather(prepared, images),
        buffers -> classifications(prepared.size(), buffers.logits()));
  }

  /** Classifies and explains prepared pictures as one batch. */
  public List<Explained> explain(List<float[]> prepared, List<HeatMap.Region> regions) {
    return run(
        prepared.size(),
        images -> gather(prepared, images),
        buffers -> {
          List<Classification> answers = classifications(prepared.size(), buffers.logits());
          float[] all = features(buffers, prepared.size());
          return IntStream.range(0, prepared.size())
              .mapToObj(i ->
                  new Explained(answers.get(i), map(answers.get(i).best(), all, i, regions.get(i))))
              .toList();
        });
  }

  private <R> R run(int count, Consumer<float[]> fill, Function<Sessions.Buffers, R> then) {
    return sessions.use(
        input(count),
        buffers -> {
          fill.accept(buffers.images());
          buffers.run();
          return then.apply(buffers);
        });
  }

  private static void gather(List<float[]> prepared, float[] images) {
    int offset = 0;
    for (float[] picture : prepared) {
      System.arraycopy(picture, 0, images, offset, picture.length);
      offset += picture.length;
    }
  }

  private Shape input(int count) {
    return new Shape(count, preprocessing.height(), preprocessing.width(), model.inputChannels());
  }

  private void requireFinite(float[] logits, int count) {
    OptionalInt notFinite = Logits.notFinite(logits, 0, count * model.classes());
    if (notFinite.isPresent()) {
      int index = notFinite.getAsInt() % model.classes();
      throw new ArithmeticException(
          "expected finite answers of %s, but found %s for class %d ('%s')"
              .formatted(model.name(), logits[notFinite.getAsInt()], index, labels.name(index)));
    }
  }

  private List<Classification> classifications(int count, float[] logits) {
    requireFinite(logits, count);
    int classes = model.classes();
    return IntStream.range(0, count)
        .mapToObj(i ->
            Classification.of(labels, Arrays.copyOfRange(logits, i * classes, (i + 1) * classes)))
        .toList();
  }

  private float[] features(Sessions.Buffers buffers, int count) {
    float[] values = new float[Math.toIntExact(featureShape.withBatch(count).elements())];
    buffers.plan().read(features, values);
    return values;
  }

  private HeatMap map(Label label, float[] all, int picture, HeatMap.Region region) {
    int elements = Math.toIntExact(featureShape.elements());
    return HeatMap.of(
        label,
        featureShape.height(),
        featureShape.width(),
        Arrays.copyOfRange(all, picture * elements, (picture + 1) * elements),
        linearWeight,
        linearBias[label.index()],
        region);
  }

  /** The network. */
  public ResNeXt model() {
    return model;
  }

  /** Names of the classes. */
  public Labels labels() {
    return labels;
  }

  /** Notes on the loading of the weights, one sentence each. */
  public List<String> notes() {
    return notes;
  }

  /** Name of the data set whose class names are assumed, if the weights hold no names. */
  public Optional<String> assumedLabels() {
    return assumedLabels;
  }

  /** The preprocessing of a model file, or the usual one of its network. */
  public static Preprocessing preprocessing(ModelFile file) {
    return Defaults.preprocessing(file).withChannels(file.model().inputChannels());
  }

  /** Name, labels, preprocessing and provenance in the model file, as far as it holds them. */
  public ModelCard card() {
    return card;
  }

  /** The preprocessing of pictures. */
  public Preprocessing preprocessing() {
    return preprocessing;
  }

  /** The reader of picture files. */
  public ImageReader reader() {
    return reader;
  }

  /** Largest number of pictures in a batch. */
  public int batch() {
    return batch;
  }

  /** The network, its classes and the size of the pictures that it reads. */
  @Override
  public String toString() {
    return "%s: %d classes, pictures of %d×%d"
        .formatted(model.name(), model.classes(), preprocessing.height(), preprocessing.width());
  }

  /** Waits for running computations and ends the threads; a second call does nothing. */
  @Override
  public void close() {
    sessions.close();
  }

  /** Collects the options of a classifier. */
  public static final class Builder {

    /** Loads the weights. */
    private interface Source {
      ModelFile load(LoadOptions options) throws IOException;
    }

    private LoadOptions options = LoadOptions.defaults();
    private Optional<Source> source = Optional.empty();
    private Optional<Labels> labels = Optional.empty();
    private Optional<Preprocessing> preprocessing = Optional.empty();
    private UnaryOperator<Preprocessing> adjustment = UnaryOperator.identity();
    private ImageReader reader = ImageReader.defaults();
    private int batch = 8;
    private OptionalInt threads = OptionalInt.empty();
    private boolean exact;

    private Builder() {}

    /**
     * Sets the network by the name of a preset; without it the weights determine the network.
     *
     * @throws IllegalArgumentException if no preset has the name; the message lists similar names
     */
    public Builder model(String name) {
      return model(ResNeXt.preset(name));
    }

    /** Sets the network; without it the weights determine the network. */
    public Builder model(ResNeXt network) {
      options = options.withModel(network);
      return this;
    }

    /** Changes the options for loading the weight file. */
    public Builder loading(UnaryOperator<LoadOptions> change) {
      options = change.apply(options);
      return this;
    }

    /** Sets the weights: a file of any supported format. */
    public Builder weights(Path file) {
      source = Optional.of(chosen -> ModelFile.load(file, chosen));
      return this;
    }

    /**
     * Sets the weights: the bytes of a file of any supported format. {@link #build} reads the
     * stream to its end and leaves it open.
     */
    public Builder weights(InputStream bytes) {
      source = Optional.of(chosen -> ModelFile.load(bytes, chosen));
      return this;
    }

    /** Sets the weights: the bytes of a file of any supported format. */
    public Builder weights(byte[] file) {
      return weights(new ByteArrayInputStream(file));
    }

    /** Sets the weights: a loaded model file. */
    public Builder weights(ModelFile file) {
      source = Optional.of(_ -> file);
      return this;
    }

    /** Sets the weights that ship with the software. */
    public Builder bundled() {
      source = Optional.of(Bundled::model);
      return this;
    }

    /**
     * Sets downloaded published weights with their network and preprocessing.
     *
     * @param weights an entry of the catalogue
     * @param cache the cache of downloaded weights
     */
    public Builder published(PublishedWeights weights, WeightCache cache) {
      return published(
          weights, chosen -> ModelFile.load(NamedWeights.pulled(weights, cache), chosen));
    }

    private Builder published(PublishedWeights weights, Source file) {
      source = Optional.of(file);
      preprocessing = preprocessing.or(() -> Optional.of(weights.preprocessing()));
      if (ResNeXt.preset(weights.model()).classes() == Labels.imagenet().size()) {
        labels = labels.or(() -> Optional.of(Labels.imagenet()));
      }
      return options.model().isPresent() ? this : model(weights.model());
    }

    /**
     * Sets the weights that a name stands for; published ones with the network, the labels and the
     * preprocessing that belong to them.
     */
    public Builder weights(NamedWeights named) {
      return named
          .published()
          .map(weights -> published(weights, chosen -> ModelFile.load(named.file(), chosen)))
          .orElseGet(() -> weights(named.file()));
    }

    /** Sets the names of the classes, instead of those of the model file. */
    public Builder labels(Labels names) {
      labels = Optional.of(names);
      return this;
    }

    /** Sets the preprocessing, instead of that of the model file. */
    public Builder preprocessing(Preprocessing steps) {
      preprocessing = Optional.of(steps);
      return this;
    }

    /** Changes the preprocessing that the classifier would otherwise use. */
    public Builder adjust(UnaryOperator<Preprocessing> change) {
      adjustment = change;
      return this;
    }

    /** Sets the reader of picture files, with its limits. */
    public Builder reader(ImageReader imageReader) {
      reader = imageReader;
      return this;
    }

    /**
     * Sets the largest number of pictures in a batch; the default is 8.
     *
     * @throws IllegalArgumentException if the number is not 1 to 1024
     */
    public Builder batch(int pictures) {
      if (pictures < 1 || pictures > 1024) {
        throw new IllegalArgumentException("a batch must be 1 to 1024, but was " + pictures);
      }
      batch = pictures;
      return this;
    }

    /**
     * Sets the number of computing threads, including the caller's. The default is the property
     * {@code resnext4j.threads} or the number of physical cores.
     */
    public Builder threads(int number) {
      threads = OptionalInt.of(number);
      return this;
    }

    /** Sets whether to avoid fast algorithms with larger rounding errors, such as Winograd's. */
    public Builder exact(boolean plain) {
      exact = plain;
      return this;
    }

    /**
     * Loads the weights and creates the classifier.
     *
     * @throws IllegalArgumentException if the options do not fit one another
     * @throws IllegalStateException if no weights were set
     * @throws org.resnext4j.models.weights.storage.WeightFileException if the weights have an
     *     unknown format or do not fit the network
     * @throws IOException if the weights do not exist or cannot be read
     */
    public Classifier build() throws IOException {
      Source chosen =
          source.orElseThrow(() -> new IllegalStateException("a classifier needs weights"));
      return new Classifier(this, chosen.load(options));
    }
  }
}

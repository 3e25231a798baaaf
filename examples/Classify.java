import org.resnext4j.inference.Classifier;

void main(String[] pictures) throws Exception {
  try (Classifier classifier = Classifier.bundled()) {
    IO.println(classifier.classify(Path.of(pictures[0])));
  }
}

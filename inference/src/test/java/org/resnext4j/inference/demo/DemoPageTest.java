package org.resnext4j.inference.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.resnext4j.inference.Classifier;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Stem;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.vision.Labels;
import org.resnext4j.vision.Preprocessing;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class DemoPageTest {

  private static Demo demo;
  private static String page;

  @BeforeAll
  static void runTheDemo() throws Exception {
    ResNeXt model =
        ResNeXt.builder()
            .name("tiny <&> net")
            .stem(Stem.CIFAR)
            .stages(1, 1)
            .stemChannels(16)
            .cardinality(4)
            .width(4)
            .classes(10)
            .build();
    SequencedMap<String, String> provenance = new LinkedHashMap<>();
    provenance.put("seed", "7 {{cards}}");
    ModelCard card =
        new ModelCard(
            model.name(),
            Labels.cifar10().names(),
            Optional.of(Preprocessing.cifar().toJson()),
            provenance);
    demo =
        Demo.run(
            Classifier.builder()
                .weights(
                    new ModelFile(model, Initialiser.PAPER.initialise(model.graph(), 3), card)));
    page = DemoPage.html(demo);
  }

  @Test
  void everyPictureIsThereWithItsHeatMapAndItsTruth() {
    assertThat(demo.shown()).hasSize(20);
    assertThat(demo.shown().stream().map(Demo.Shown::truth).distinct())
        .containsExactlyElementsOf(Labels.cifar10().names());
    assertThat(count("data:image/jpeg;base64,")).isEqualTo(20);
    assertThat(count("data:image/png;base64,")).isEqualTo(20);
    assertThat(count("class=\"card right\"")).isEqualTo((int) demo.right());
    assertThat(page).contains("%d of 20 pictures named right".formatted(demo.right()));
  }

  @Test
  void thePageNeedsNothingElse() {
    Matcher references = Pattern.compile("(?:src|href|url\\()=?[\"']?([^\"')\\s>]+)").matcher(page);
    List<String> found = new ArrayList<>();
    while (references.find()) {
      found.add(references.group(1));
    }
    assertThat(found).isNotEmpty().allSatisfy(r -> assertThat(r).startsWith("data:"));
    assertThat(page).doesNotContain("http://", "https://", "<script");
  }

  @Test
  void everyPictureHasWordsForThoseWhoDoNotSeeIt() {
    assertThat(count("<img ")).isEqualTo(40);
    assertThat(Pattern.compile("<img [^>]*alt=\"[^\"]{8,}\"").matcher(page).results().count())
        .isEqualTo(40);
  }

  @Test
  void nothingOfAModelFileIsTakenForMarkup() throws Exception {
    assertThat(page).contains("tiny &lt;&amp;&gt; net").doesNotContain("tiny <&>");
    assertThat(count("id=\"answers\"")).isEqualTo(1);
    assertThat(page).contains("7 &#123;&#123;cards}}");
    // What is between the body's tags is well-formed but for the images, which HTML never closes.
    String body =
        page.substring(page.indexOf("<main>"), page.indexOf("</main>") + "</main>".length())
            .replaceAll("(<img [^>]*)>", "$1/>");
    Document parsed =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(body)));
    assertThat(parsed.getElementsByTagName("li").getLength()).isGreaterThan(20 * 4);
  }

  private static int count(String text) {
    return page.split(Pattern.quote(text), -1).length - 1;
  }
}

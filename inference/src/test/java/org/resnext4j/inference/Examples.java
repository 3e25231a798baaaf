package org.resnext4j.inference;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.resnext4j.models.Initialiser;
import org.resnext4j.models.ResNeXt;
import org.resnext4j.models.Stem;
import org.resnext4j.models.weights.ModelCard;
import org.resnext4j.models.weights.ModelFile;
import org.resnext4j.vision.Image;
import org.resnext4j.vision.Preprocessing;

/** A tiny network and pictures to try things on. */
public final class Examples {

  public static final List<String> NAMES = List.of("apple", "pear", "plum");

  private Examples() {}

  public static ModelFile model() {
    ResNeXt model =
        ResNeXt.builder()
            .stem(Stem.CIFAR)
            .stages(1, 1)
            .stemChannels(16)
            .cardinality(4)
            .width(4)
            .classes(NAMES.size())
            .build();
    return new ModelFile(
        model,
        Initialiser.PAPER.initialise(model.graph(), 7),
        new ModelCard(
            model.name(),
            NAMES,
            Optional.of(Preprocessing.cifar().withSizes(16, 16).toJson()),
            new LinkedHashMap<>()));
  }

  public static Image picture(int height, int width, long seed) {
    byte[] rgb = new byte[height * width * Image.CHANNELS];
    new Random(seed).nextBytes(rgb);
    return new Image(height, width, rgb);
  }
}

package org.resnext4j.inference.catalogue;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.resnext4j.vision.Preprocessing;

/**
 * Weights that somebody publishes, and what is known of them. What is not known is absent, not
 * guessed.
 *
 * @param name its name here, such as {@code resnext50_32x4d.tv_v2}
 * @param aliases shorter names
 * @param model name of the network, a preset
 * @param url the publisher's address of the file
 * @param bytes size of the file
 * @param sha256 the file's SHA-256 in hexadecimal, or its first digits (torchvision publishes eight
 *     of them in its file names)
 * @param publisher who publishes it
 * @param licence its licence, an SPDX identifier
 * @param source a page about it
 * @param top1 accuracy on ImageNet-1K's validation set, in percent, as published
 * @param top5 likewise, for the five most probable classes
 * @param preprocessing how pictures are prepared for it
 */
public record PublishedWeights(
    String name,
    List<String> aliases,
    String model,
    URI url,
    OptionalLong bytes,
    Optional<String> sha256,
    String publisher,
    String licence,
    URI source,
    OptionalDouble top1,
    OptionalDouble top5,
    Preprocessing preprocessing) {

  /** Copies the aliases. */
  public PublishedWeights {
    aliases = List.copyOf(aliases);
  }

  /** Name of the file in a cache folder: the name, and the ending of the publisher's file. */
  public String fileName() {
    String path = url.getPath();
    return name + path.substring(path.lastIndexOf('.'));
  }

  /** Whether the licence forbids commercial use. */
  public boolean nonCommercial() {
    return licence.contains("-NC");
  }

  /** Whether this is what a name means. */
  boolean answersTo(String wanted) {
    return name.equals(wanted) || aliases.contains(wanted);
  }
}

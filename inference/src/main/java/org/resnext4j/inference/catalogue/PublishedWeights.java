package org.resnext4j.inference.catalogue;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.resnext4j.vision.Preprocessing;

/**
 * Published weights with their facts. Unknown facts are absent.
 *
 * @param name name in the catalogue, such as {@code resnext50_32x4d.tv_v2}
 * @param aliases shorter names
 * @param model name of the network's preset
 * @param url the publisher's address of the file
 * @param bytes size of the file
 * @param sha256 the file's SHA-256 in hexadecimal, or its first digits (torchvision publishes eight
 *     of them in its file names)
 * @param publisher name of the publisher
 * @param licence SPDX identifier of the licence
 * @param source address of a page about the weights
 * @param top1 accuracy on ImageNet-1K's validation set, in percent, as published
 * @param top5 top-5 accuracy on the same pictures, in percent, as published
 * @param preprocessing preprocessing of pictures for the weights
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

  /** Name of the file in a cache: the name with the ending of the publisher's file. */
  public String fileName() {
    String path = url.getPath();
    return name + path.substring(path.lastIndexOf('.'));
  }

  /** Whether the licence forbids commercial use. */
  public boolean nonCommercial() {
    return licence.contains("-NC");
  }

  /** Whether a text is the name or an alias. */
  boolean answersTo(String wanted) {
    return name.equals(wanted) || aliases.contains(wanted);
  }
}

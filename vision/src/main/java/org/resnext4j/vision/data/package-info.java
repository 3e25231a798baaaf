/**
 * Labelled pictures as published data sets store them: a folder for each class, tar archives,
 * WebDataset shards, the binary files of CIFAR. {@link org.resnext4j.vision.data.Datasets}
 * recognises the layout; {@link org.resnext4j.vision.data.Dataset} is what all layouts become.
 *
 * <p>Every reader lists its pictures when it is opened and decodes a picture when it is read. Files
 * that are no pictures are skipped and counted by kind.
 *
 * {@snippet :
 * Dataset data = Datasets.open(folder, Datasets.Split.TRAIN, ImageReader.defaults());
 * Image first = data.read(0);
 * String className = data.classes().get(data.label(0));
 * Skipped skipped = data.skipped();
 * }
 */
package org.resnext4j.vision.data;

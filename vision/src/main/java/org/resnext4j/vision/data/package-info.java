/**
 * Reads labelled pictures in the layouts of published data sets: a folder for each class, tar
 * archives, WebDataset shards, the binary files of CIFAR. {@link
 * org.resnext4j.vision.data.Datasets} recognises the layout; every layout becomes a {@link
 * org.resnext4j.vision.data.Dataset}.
 *
 * <p>Opening a data set lists its pictures; reading a picture decodes it. A data set skips files
 * that are no pictures and counts them by kind.
 *
 * {@snippet :
 * Dataset data = Datasets.open(folder, Datasets.Split.TRAIN, ImageReader.defaults());
 * Image first = data.read(0);
 * String className = data.classes().get(data.label(0));
 * Skipped skipped = data.skipped();
 * }
 */
package org.resnext4j.vision.data;

/**
 * Published weights: a list of what there is, and a download that resumes, checks and never leaves
 * half a file.
 *
 * {@snippet :
 * PublishedWeights weights = Catalogue.standard().find("resnext50_32x4d.tv_v2");
 * try (Downloader downloader = Downloader.create()) {
 *   Path file = WeightCache.standard().pull(weights, downloader, Progress.none());
 * }
 * }
 */
package org.resnext4j.inference.catalogue;

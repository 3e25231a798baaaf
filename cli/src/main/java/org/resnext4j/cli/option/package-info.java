/**
 * Options that several commands share: the reading of pictures, the loading of weights, and the
 * choice of the classifier.
 *
 * {@snippet lang=shell :
 * resnext predict --weights resnext50.pth --part ema --max-pixels 100000000 photos/
 * }
 */
package org.resnext4j.cli.option;

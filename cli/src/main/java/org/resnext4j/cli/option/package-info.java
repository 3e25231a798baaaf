/**
 * Options that several commands share: how pictures are read, how weights are loaded, and which
 * network classifies.
 *
 * {@snippet lang=shell :
 * resnext predict --weights resnext50.pth --part ema --max-pixels 100000000 photos/
 * }
 */
package org.resnext4j.cli.option;

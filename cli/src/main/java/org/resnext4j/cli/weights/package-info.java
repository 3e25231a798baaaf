/**
 * Commands about weight files: pull, inspect, convert and export.
 *
 * {@snippet lang=shell :
 * resnext inspect resnext50.pth --statistics
 * }
 */
package org.resnext4j.cli.weights;

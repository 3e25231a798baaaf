/**
 * Commands about architectures, which need no weights: models, summary and cardinality.
 *
 * {@snippet lang=shell :
 * resnext summary resnext50_32x4d --size 320
 * }
 */
package org.resnext4j.cli.network;

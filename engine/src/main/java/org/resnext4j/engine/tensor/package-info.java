/** Float32 values with a shape, and the values of all parameters of a graph. */
package org.resnext4j.engine.tensor;

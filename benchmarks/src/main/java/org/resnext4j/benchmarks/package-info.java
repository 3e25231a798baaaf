/**
 * Whole networks beside ONNX Runtime and libtorch, same weights and input, alternating in one run;
 * and JMH for single kernels. Only this module carries the other runtimes.
 */
package org.resnext4j.benchmarks;

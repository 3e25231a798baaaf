/**
 * Benchmarks for people. They compare whole networks with ONNX Runtime and libtorch on the same
 * weights and inputs, in alternating rounds of one run. They compare the service with the same
 * service on ONNX Runtime, decoding and resizing with Pillow, and single kernels with JMH. Only
 * this module depends on the other runtimes.
 *
 * {@snippet lang=shell :
 * resnext bench --model resnext50_32x4d --batch 1,8 --threads 1,2
 * }
 */
package org.resnext4j.benchmarks;

/**
 * Benchmarks that people run: whole networks beside ONNX Runtime and libtorch with the same weights
 * and inputs, alternating in one run; the service beside the same service on ONNX Runtime; pictures
 * beside Pillow; and JMH for single kernels. Only this module depends on the other runtimes.
 *
 * {@snippet lang=shell :
 * resnext bench --model resnext50_32x4d --batch 1,8 --threads 1,2
 * }
 */
package org.resnext4j.benchmarks;

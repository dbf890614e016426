/**
 * Models as graphs of layers: records of shapes, weights and quantisation
 * ({@link org.flatgaze.accel.graph.LayerGraph}), validated once, and their import from ONNX
 * ({@link org.flatgaze.accel.graph.OnnxImport}).
 */
package org.flatgaze.accel.graph;

package org.flatgaze.accel.shiftadd.cost;

/** Loop bounds of one group of a layer, and how many groups there are. */
final class Loops {

    final int groups;
    final int batch;
    final int outputs;
    final int inputs;
    final int rows;
    final int columns;
    final int kernel;
    final int stride;
    final int inputRows;
    final int inputColumns;

    Loops(LayerShape layer, CostRules rules) {
        groups = rules.denseGroups() ? 1 : layer.groups();
        batch = layer.batch();
        outputs = layer.outputChannels() / groups;
        inputs = layer.inputChannels() / groups;
        rows = layer.outputHeight();
        columns = layer.outputWidth();
        kernel = layer.kernel();
        stride = layer.stride();
        inputRows = layer.inputHeight();
        inputColumns = layer.inputWidth();
    }

    long inputWords() {
        return (long) batch * inputRows * inputColumns * inputs;
    }

    long weightWords() {
        return (long) kernel * kernel * inputs * outputs;
    }

    long outputWords() {
        return (long) batch * rows * columns * outputs;
    }
}

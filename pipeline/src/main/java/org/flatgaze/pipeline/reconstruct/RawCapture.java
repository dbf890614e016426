package org.flatgaze.pipeline.reconstruct;

import java.io.IOException;
import java.nio.file.Path;
import org.flatgaze.flatcam.Packing;
import org.flatgaze.flatcam.SensorFormat;
import org.flatgaze.flatcam.opencv.OpenCvImages;
import org.flatgaze.flatcam.opencv.Picture;

/** A raw capture kept as a grey picture file: the unpacked frame and its light. */
@SuppressWarnings("ArrayRecordComponent") // package-private carrier of one frame
record RawCapture(float[] frame, double mean, double saturatedFraction) {

    /** Samples above half a count below full scale are saturated. */
    static RawCapture read(Path file, SensorFormat sensor) throws IOException {
        Picture picture = OpenCvImages.read(file);
        if (picture.channels() != 1) {
            throw new IOException(file + ": colour picture; a raw capture is grey, one sample a pixel: "
                    + "save it before demosaicing");
        }
        if (picture.width() != sensor.width() || picture.height() != sensor.height()) {
            throw new IOException(file + ": " + picture.height() + " rows x " + picture.width()
                    + " columns, but the calibration is for " + sensor.height() + " x " + sensor.width()
                    + ": use the calibration of this camera");
        }
        if (picture.bitDepth() < sensor.bitDepth()) {
            throw new IOException(file + ": 8-bit picture, but the sensor delivers " + sensor.bitDepth()
                    + " bits: save raw captures as 16-bit PNG");
        }
        // Packed and low-aligned samples stand in the low bits of a file; only a left-aligned container shifts.
        int shift = sensor.packing() == Packing.U16_HIGH ? 16 - sensor.bitDepth() : 0;
        float scale = 1f / sensor.maxValue();
        float[] frame = new float[sensor.samples()];
        double sum = 0;
        int saturated = 0;
        for (int i = 0; i < frame.length; i++) {
            int count = (picture.samples()[i] & 0xffff) >>> shift;
            if (count > sensor.maxValue()) {
                throw new IOException(file + ": sample " + count + " at row " + i / sensor.width() + ", column "
                        + i % sensor.width() + " is above " + sensor.maxValue()
                        + ": the calibration expects low-aligned " + sensor.bitDepth() + "-bit samples");
            }
            sum += count;
            saturated += count == sensor.maxValue() ? 1 : 0;
            frame[i] = count * scale;
        }
        return new RawCapture(frame, sum * scale / frame.length, (double) saturated / frame.length);
    }
}

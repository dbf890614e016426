package org.flatgaze.runtime.demo;

import java.awt.AlphaComposite;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.flatgaze.pipeline.FrameStatus;
import org.flatgaze.pipeline.GazeSample;
import org.flatgaze.pipeline.roi.EyeLabel;
import org.flatgaze.pipeline.roi.Roi;

/**
 * A picture that shows, one row per frame, what became of it: coded frame, reconstruction, labels with region and pupil,
 * the picture a lens would have made, and the region with the estimated and the true direction.
 *
 * <p>Needs no display. Not for the frame path: it allocates as it likes. One thread.
 */
public final class ContactSheet {

    private static final int MARGIN = 16;
    private static final int GAP = 12;
    private static final int CELL = 256;
    private static final int RAW_WIDTH = 341;
    private static final int REGION_SCALE = 2;
    private static final int REGION_WIDTH = Roi.COLUMNS * REGION_SCALE;
    private static final int REGION_HEIGHT = Roi.ROWS * REGION_SCALE;
    private static final int TITLE_HEIGHT = 24;
    private static final int HEADER_HEIGHT = 34;

    /** Radiance shown as white: a little above the brightest skin, so that only glints are clipped. */
    private static final float LENS_WHITE = 0.9f;

    /** Length of the arrow of a direction at right angles to the viewing direction. */
    private static final double ARROW = 220;

    private static final Color PAPER = new Color(0x14171c);
    private static final Color INK = new Color(0xe6e9ee);
    private static final Color FAINT = new Color(0x98a1ad);
    private static final Color REGION = new Color(0xffc53d);
    private static final Color PUPIL = new Color(0xff4d6d);
    private static final Color ESTIMATE = new Color(0x2ec4ff);
    private static final Color TRUTH = new Color(0x5be37d);
    private static final Color[] LABELS = {null, new Color(0x4f8dff), new Color(0x22c58b), new Color(0xff4d6d)};

    private static final String[] HEADERS = {
        "coded frame, contrast stretched",
        "reconstruction 256 x 256",
        "labels, region, pupil",
        "what a lens would see",
        "region: gaze (blue), true (green)"
    };
    private static final int[] WIDTHS = {RAW_WIDTH, CELL, CELL, CELL, REGION_WIDTH};

    private final List<SheetRow> rows;
    private boolean wordless;

    /** Prepares a sheet of at least one row. */
    public ContactSheet(List<SheetRow> rows) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException("rows=0: expected at least 1");
        }
        this.rows = List.copyOf(rows);
    }

    /** Draws the sheet and writes it as PNG; the folder must exist. */
    public void write(Path file) throws IOException {
        BufferedImage sheet = draw();
        try (var out = Files.newOutputStream(file)) {
            if (!ImageIO.write(sheet, "png", out)) {
                throw new IOException(file + ": this JDK cannot write PNG; use one with the module java.desktop");
            }
        }
    }

    /** Draws the sheet. */
    BufferedImage draw() {
        int width = 2 * MARGIN + GAP * (WIDTHS.length - 1);
        for (int columnWidth : WIDTHS) {
            width += columnWidth;
        }
        int rowHeight = TITLE_HEIGHT + CELL + GAP;
        BufferedImage sheet = new BufferedImage(
                width, 2 * MARGIN + HEADER_HEIGHT + rows.size() * rowHeight, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = sheet.createGraphics();
        try {
            g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            g.setColor(PAPER);
            g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
            int x = MARGIN;
            for (int i = 0; i < WIDTHS.length; i++) {
                words(g, HEADERS[i], x, MARGIN + 16, INK, Font.BOLD, 14);
                x += WIDTHS[i] + GAP;
            }
            for (int i = 0; i < rows.size(); i++) {
                drawRow(g, rows.get(i), MARGIN + HEADER_HEIGHT + i * rowHeight);
            }
        } finally {
            g.dispose();
        }
        return sheet;
    }

    private void drawRow(Graphics2D g, SheetRow row, int top) {
        words(g, row.title() + outcome(row), MARGIN, top + 15, FAINT, Font.PLAIN, 13);
        int y = top + TITLE_HEIGHT;
        int x = MARGIN;
        g.drawImage(GreyPictures.ofSamples(row.raw(), row.rawRows(), row.rawColumns()), x, y, RAW_WIDTH, CELL, null);
        x += RAW_WIDTH + GAP;
        BufferedImage picture = GreyPictures.stretched(row.picture(), Roi.PICTURE, Roi.PICTURE);
        g.drawImage(picture, x, y, CELL, CELL, null);
        x += CELL + GAP;
        g.drawImage(picture, x, y, CELL, CELL, null);
        drawLabels(g, row.labels(), x, y);
        drawRegionAndPupil(g, row.sample(), x, y);
        x += CELL + GAP;
        g.drawImage(GreyPictures.between(row.lens(), Roi.PICTURE, Roi.PICTURE, 0, LENS_WHITE), x, y, CELL, CELL, null);
        x += CELL + GAP;
        drawGaze(g, row, x, y + (CELL - REGION_HEIGHT) / 2);
    }

    private static String outcome(SheetRow row) {
        GazeSample sample = row.sample();
        if (sample.status != FrameStatus.OK) {
            return ", no direction: " + sample.status.name().toLowerCase(Locale.ROOT);
        }
        if (row.truth() == null) {
            return String.format(Locale.ROOT, ", yaw %+.1f pitch %+.1f deg", sample.yawDeg, sample.pitchDeg);
        }
        double dot = sample.dirX * (double) row.truth().gazeX
                + sample.dirY * (double) row.truth().gazeY
                + sample.dirZ * (double) row.truth().gazeZ;
        return String.format(
                Locale.ROOT,
                ", yaw %+.1f pitch %+.1f deg, error %.1f deg",
                sample.yawDeg,
                sample.pitchDeg,
                Math.toDegrees(Math.acos(Math.clamp(dot, -1, 1))));
    }

    private static void drawLabels(Graphics2D g, byte[] labels, int left, int top) {
        BufferedImage overlay = new BufferedImage(EyeLabel.MAP, EyeLabel.MAP, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] > 0 && labels[i] < LABELS.length) {
                overlay.setRGB(i % EyeLabel.MAP, i / EyeLabel.MAP, LABELS[labels[i]].getRGB());
            }
        }
        var opaque = g.getComposite();
        g.setComposite(AlphaComposite.getInstance(AlphaComposite.SRC_OVER, 0.4f));
        g.drawImage(overlay, left, top, CELL, CELL, null);
        g.setComposite(opaque);
    }

    private static void drawRegionAndPupil(Graphics2D g, GazeSample sample, int left, int top) {
        g.setStroke(new BasicStroke(1.6f));
        g.setColor(REGION);
        g.draw(new Rectangle2D.Double(left + sample.roiX, top + sample.roiY, Roi.COLUMNS - 1.0, Roi.ROWS - 1.0));
        if (!Float.isNaN(sample.pupilX)) {
            Shape clip = g.getClip();
            g.clipRect(left, top, CELL, CELL);
            g.setColor(PUPIL);
            g.draw(pupil(sample, left, top));
            g.setClip(clip);
        }
    }

    /** The pupil's ellipse in the picture with its corner at (left, top); pixel centres lie half a pixel inside. */
    private static Shape pupil(GazeSample sample, int left, int top) {
        AffineTransform place =
                AffineTransform.getTranslateInstance(left + sample.pupilX + 0.5, top + sample.pupilY + 0.5);
        place.rotate(Math.toRadians(sample.pupilAngleDeg));
        double a = sample.pupilMajor;
        double b = sample.pupilMinor;
        return place.createTransformedShape(new Ellipse2D.Double(-a, -b, 2 * a, 2 * b));
    }

    private static void drawGaze(Graphics2D g, SheetRow row, int left, int top) {
        GazeSample sample = row.sample();
        g.drawImage(
                GreyPictures.stretched(row.region(), Roi.ROWS, Roi.COLUMNS),
                left,
                top,
                REGION_WIDTH,
                REGION_HEIGHT,
                null);
        boolean seen = !Float.isNaN(sample.pupilX);
        double x = left + (seen ? (sample.pupilX - sample.roiX + 0.5) * REGION_SCALE : REGION_WIDTH / 2.0);
        double y = top + (seen ? (sample.pupilY - sample.roiY + 0.5) * REGION_SCALE : REGION_HEIGHT / 2.0);
        Shape clip = g.getClip();
        g.clipRect(left, top, REGION_WIDTH, REGION_HEIGHT);
        if (row.truth() != null) {
            arrow(g, TRUTH, x, y, row.truth().gazeX, row.truth().gazeY);
        }
        if (sample.status == FrameStatus.OK) {
            arrow(g, ESTIMATE, x, y, sample.dirX, sample.dirY);
        }
        g.setClip(clip);
    }

    /** The camera looks at the wearer: what is right for them is left in the picture. Its small tilt is left out. */
    private static void arrow(Graphics2D g, Color colour, double x, double y, double right, double up) {
        double tipX = x - ARROW * right;
        double tipY = y - ARROW * up;
        double angle = Math.atan2(tipY - y, tipX - x);
        double head = Math.min(9, Math.hypot(tipX - x, tipY - y));
        Path2D tip = new Path2D.Double();
        tip.moveTo(tipX - head * Math.cos(angle - 0.45), tipY - head * Math.sin(angle - 0.45));
        tip.lineTo(tipX, tipY);
        tip.lineTo(tipX - head * Math.cos(angle + 0.45), tipY - head * Math.sin(angle + 0.45));
        for (int pass = 0; pass < 2; pass++) {
            // A dark outline first, so that the arrow is seen on skin and on the pupil alike.
            g.setColor(pass == 0 ? PAPER : colour);
            g.setStroke(new BasicStroke(pass == 0 ? 5 : 2.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
            g.draw(new Line2D.Double(x, y, tipX, tipY));
            g.draw(tip);
        }
    }

    private void words(Graphics2D g, String text, int x, int baseline, Color colour, int style, int size) {
        if (wordless) {
            return;
        }
        try {
            g.setColor(colour);
            g.setFont(new Font(Font.SANS_SERIF, style, size));
            g.drawString(text, x, baseline);
        } catch (RuntimeException | InternalError e) {
            // A board without any font: the pictures are worth having without words.
            wordless = true;
        }
    }
}

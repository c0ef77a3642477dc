import { expect, test } from 'vitest';
import { previewOf } from '../ot-glass';

test('a picture as usual fills its screen', () => {
  expect(previewOf({ turned: 0, zoom: 100, overscan: 0, dim: 0 })).toEqual({
    picture: { transform: 'translate(80 45) rotate(0)' },
    paper: { x: '-80.0', y: '-45.0', width: '160.0', height: '90.0' },
    letters: { 'font-size': '20.0' },
    night: { 'fill-opacity': '0' },
  });
});

test('an upright one is turned, within its edges, with larger letters, darker at night', () => {
  expect(previewOf({ turned: 90, zoom: 150, overscan: 10, dim: 40 })).toEqual({
    picture: { transform: 'translate(80 45) rotate(90)' },
    paper: { x: '-36.0', y: '-64.0', width: '72.0', height: '128.0' },
    letters: { 'font-size': '24.0' },
    night: { 'fill-opacity': '0.4' },
  });
});

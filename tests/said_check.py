import sys
sys.path.insert(0,'tests')
from said_in_source import every
from ewarn.languages import entries, Sentence
have={tuple(e.english.words) for e in entries('zh')}
miss={}
for s in every():
    w=Sentence.read(s.text.replace('{}','{x}') if True else s.text).words
    # '{{' handled by read
    if tuple(w) not in have: miss.setdefault(s.file,[]).append(s)
for f,l in sorted(miss.items()):
    print('##',f)
    for s in l: print(s.line,s.text)
print(sum(map(len,miss.values())))
